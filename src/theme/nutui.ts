import { configure } from '@nutui/icons-react-taro';

// Mini-programs have no element <i>, which icons are drawn on by default: nothing would be shown.
configure({ tag: 'view' });

/** NutUI's variables, pointed at our own tokens so that dark mode and contrast are decided in one place. */
export const nutuiTheme = {
  nutuiColorPrimary: 'var(--color-accent)',
  nutuiColorPrimaryStop1: 'var(--color-accent)',
  nutuiColorPrimaryStop2: 'var(--color-accent)',
  nutuiColorPrimaryPressed: 'var(--color-accent-strong)',
  nutuiColorPrimaryDisabled: 'var(--color-accent-disabled)',
  nutuiColorPrimaryLight: 'var(--color-accent-soft)',
  nutuiColorPrimaryLightPressed: 'var(--color-accent-soft)',
  nutuiColorPrimaryText: 'var(--color-on-accent)',
  nutuiColorTitle: 'var(--color-text)',
  nutuiColorText: 'var(--color-text)',
  nutuiColorTextHelp: 'var(--color-text-soft)',
  nutuiColorBackground: 'var(--color-background)',
  nutuiColorBackgroundOverlay: 'var(--color-surface)',
  nutuiColorBackgroundSunken: 'var(--color-surface-pressed)',
  nutuiColorBorder: 'var(--color-line)',
  nutuiGray7: 'var(--color-text)',
  nutuiCellTitleColor: 'var(--color-text)',
  nutuiCellDescriptionColor: 'var(--color-text-soft)',
  nutuiCellExtraColor: 'var(--color-text-soft)',
  nutuiCellBackgroundColor: 'var(--color-surface)',
  nutuiCellTitleFontSize: 'var(--text-m)',
  nutuiCellDescriptionFontSize: 'var(--text-s)',
  nutuiCellExtraFontSize: 'var(--text-m)',
  nutuiCellBoxShadow: 'none',
  nutuiCellGroupBackgroundColor: 'var(--color-surface)',
  nutuiCellGroupWrapMargin: '0',
  nutuiColorTextDisabled: 'var(--color-text-soft)',
  nutuiSkeletonBackground: 'var(--color-surface-pressed)',
  nutuiButtonPrimaryColor: 'var(--color-on-accent)',
  nutuiButtonPrimaryDisabled: 'var(--color-accent-disabled)',
  nutuiButtonXlargeHeight: 'var(--touch)',
  nutuiButtonXlargeFontSize: 'var(--text-m)',
  nutuiButtonLargeFontSize: 'var(--text-m)',
  nutuiButtonDefaultFontSize: 'var(--text-s)',
};
