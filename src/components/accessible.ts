/** What a screen reader is told of something that can be touched. WeChat reads `aria-role`, the others `role`. */
export function accessible(
  role: 'button' | 'radio' | 'img' | 'alert' | 'switch' | 'tab' | 'dialog' | 'link',
  label: string,
  state: { readonly checked?: boolean; readonly disabled?: boolean; readonly expanded?: boolean } = {},
) {
  return {
    role,
    'aria-role': role,
    'aria-label': label,
    ...(state.checked === undefined ? {} : { 'aria-checked': state.checked }),
    ...(state.expanded === undefined ? {} : { 'aria-expanded': state.expanded }),
    ...(state.disabled === undefined ? {} : { 'aria-disabled': state.disabled }),
  };
}
