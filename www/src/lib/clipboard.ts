// Copies `text`. The clipboard interface exists on https and localhost only; on a plain http
// address of a local network the browser can still copy what is selected in `field`, which must
// hold the text.
export async function copyText(text: string, field: HTMLInputElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    field.select();
    return document.execCommand('copy');
  }
}
