// Asks before something that changes much; the native dialog keeps the focus inside and gives it back.
import { type ReactNode, useEffect, useRef } from "react";

export interface ConfirmProps {
  title: string;
  children: ReactNode;
  /** The word on the button: what will be done. */
  verb: string;
  isDangerous?: boolean;
  isBusy?: boolean;
  onConfirm: () => void;
  onClose: () => void;
}

export function Confirm({
  title,
  children,
  verb,
  isDangerous = false,
  isBusy = false,
  onConfirm,
  onClose,
}: ConfirmProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} onClose={onClose} aria-labelledby="confirm-title">
      <div className="stack">
        <h2 id="confirm-title">{title}</h2>
        {children}
        <div className="row">
          <button
            type="button"
            className={`button ${isDangerous ? "danger" : "primary"}`}
            disabled={isBusy}
            onClick={onConfirm}
          >
            {verb}
          </button>
          <button type="button" className="button" onClick={() => dialog.current?.close()}>
            Cancel
          </button>
        </div>
      </div>
    </dialog>
  );
}
