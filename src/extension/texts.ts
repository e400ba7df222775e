// Words of the user interface in the modules that know no VS Code: English, until the extension hands in VS Code's translation.

export type Translate = (message: string, ...values: (string | number)[]) => string;

let translate: Translate = (message, ...values) =>
  message.replace(/\{(\d+)\}/g, (_, index: string) => String(values[Number(index)] ?? ''));

/** The message in the user's language; `{0}` … stand for the values. */
export const t: Translate = (message, ...values) => translate(message, ...values);

export function useTranslation(translation: Translate): void {
  translate = translation;
}
