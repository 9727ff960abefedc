// Small settings kept by the browser. Reading and writing may be forbidden (private windows,
// policy); then settings last as long as the page.

export function readSetting(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

export function writeSetting(name: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(name);
    else localStorage.setItem(name, value);
  } catch {
    // Nothing to do: the setting lasts as long as the page.
  }
}
