// A browser that does not say within this time whether it has copied will not.
const kPatienceMs = 1000;

const late = () =>
  new Promise<never>((_, reject) => setTimeout(() => reject(new Error('no answer')), kPatienceMs));

// Copies `text`. The clipboard interface exists on https and localhost only; on a plain http
// address of a local network the browser can still copy what is selected in `field`, which must
// hold the text.
export async function copyText(text: string, field: HTMLInputElement): Promise<boolean> {
  try {
    await Promise.race([navigator.clipboard.writeText(text), late()]);
    return true;
  } catch {
    field.select();
    return document.execCommand('copy');
  }
}
