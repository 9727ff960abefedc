// Actions of dialogs.

// Opens a dialog above everything, and gives the focus back to where it was when the dialog goes, unless something else
// has taken it.
export function modal(dialog: HTMLDialogElement) {
  const before = document.activeElement;
  dialog.showModal();
  return {
    // Removing an open dialog does not give the focus back by itself.
    destroy() {
      const now = document.activeElement;
      const free = !now || now === document.body || dialog.contains(now);
      if (free && before instanceof HTMLElement) before.focus({ preventScroll: true });
    },
  };
}

// Escape asks to close a dialog (`cancel`) and is answered at once: the browser would close it now and tell so later, when
// the next key may have been pressed. It asks only once without another key in between, so `close` ends a dialog too.
export function closing(onClose: () => void) {
  return {
    oncancel(event: Event) {
      if (event.target !== event.currentTarget) return;
      event.preventDefault();
      onClose();
    },
    onclose: onClose,
  };
}
