import { ActionIcon, Badge, Button, Checkbox, createTheme, Drawer, Menu, Modal, MultiSelect, NativeSelect, NumberInput, PasswordInput, Select, Textarea, TextInput, type CSSVariablesResolver } from '@mantine/core';

/** White, one brand colour, ink. Red, amber and green speak of time left only, violet only of what is not known yet. */
export const theme = createTheme({
  primaryColor: 'brand',
  primaryShade: 6,
  colors: {
    brand: ['#e6f2f6', '#cfe5ec', '#a3cddb', '#7dbdd2', '#5fb0c9', '#2587a8', '#0b6e8f', '#095c78', '#074b62', '#053a4d'],
    dark: ['#dde3e9', '#c2cad3', '#a3afbb', '#7d8a97', '#3c4854', '#2f3a45', '#232c35', '#1a2129', '#141a21', '#0f141a'],
  },
  fontFamily: '"BIZ UDPGothic", "Noto Sans CJK JP", "Hiragino Sans", "Yu Gothic UI", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "Cascadia Mono", "DejaVu Sans Mono", monospace',
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  lineHeights: { xs: '1.5', sm: '1.6', md: '1.65', lg: '1.6', xl: '1.5' },
  headings: { fontWeight: '700' },
  defaultRadius: 'md',
  respectReducedMotion: true,
  cursorType: 'pointer',
  components: {
    Button: Button.extend({ defaultProps: { size: 'compact-md' }, styles: { label: { fontWeight: 400 } } }),
    ActionIcon: ActionIcon.extend({ defaultProps: { variant: 'subtle' } }),
    TextInput: TextInput.extend({ defaultProps: { size: 'md' } }),
    PasswordInput: PasswordInput.extend({ defaultProps: { size: 'md' } }),
    NumberInput: NumberInput.extend({ defaultProps: { size: 'md' } }),
    Textarea: Textarea.extend({ defaultProps: { size: 'md', autosize: true, minRows: 2 } }),
    NativeSelect: NativeSelect.extend({ defaultProps: { size: 'md' } }),
    Select: Select.extend({ defaultProps: { size: 'md' } }),
    MultiSelect: MultiSelect.extend({ defaultProps: { size: 'md' } }),
    Checkbox: Checkbox.extend({ defaultProps: { size: 'sm' } }),
    Badge: Badge.extend({ defaultProps: { variant: 'default' } }),
    Modal: Modal.extend({ styles: { title: { fontSize: 16 } }, defaultProps: { centered: true, overlayProps: { backgroundOpacity: 0.4 }, transitionProps: { duration: 120 } } }),
    Drawer: Drawer.extend({ styles: { title: { fontSize: 16 } }, defaultProps: { position: 'right', overlayProps: { backgroundOpacity: 0.3 }, transitionProps: { duration: 120 } } }),
    Menu: Menu.extend({ defaultProps: { transitionProps: { duration: 80 } } }),
  },
});

/** Colours that have to reach WCAG AA on their ground in both schemes. */
export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-text': '#1d2733', '--mantine-color-dimmed': '#556475', '--mantine-color-placeholder': '#66737f', '--mantine-color-error': '#b42318',
    '--mantine-color-default-border': '#d3dbe3', '--mantine-color-anchor': '#0b6e8f',
    '--mimamori-page': '#f6f8fa', '--mimamori-card': '#ffffff', '--mimamori-line': '#e3e8ee', '--mimamori-hover': '#f3f7f9', '--mimamori-shade': '#eef2f5',
    '--mimamori-brand': '#0b6e8f', '--mimamori-brand-soft': '#e6f2f6', '--mimamori-brand-text': '#0a6282',
    '--mimamori-late': '#b42318', '--mimamori-late-bg': '#fdecea', '--mimamori-soon': '#96500a', '--mimamori-soon-bg': '#fff4e5',
    '--mimamori-ok': '#28704a', '--mimamori-ok-bg': '#e9f6ee', '--mimamori-open': '#6139c0', '--mimamori-open-bg': '#f3effc', '--mimamori-open-line': '#c9b8f0',
  },
  dark: {
    '--mantine-color-text': '#e4e9ee', '--mantine-color-dimmed': '#a3afbb', '--mantine-color-placeholder': '#93a0ad', '--mantine-color-error': '#ff9c92',
    '--mantine-color-default-border': '#3c4854', '--mantine-color-anchor': '#6cbcd5',
    '--mimamori-page': '#0f141a', '--mimamori-card': '#1a2129', '--mimamori-line': '#2d3843', '--mimamori-hover': '#202933', '--mimamori-shade': '#161d25',
    '--mimamori-brand': '#3f9fbd', '--mimamori-brand-soft': '#12333f', '--mimamori-brand-text': '#8fd0e4',
    '--mimamori-late': '#ff9c92', '--mimamori-late-bg': '#43201d', '--mimamori-soon': '#f5bb6b', '--mimamori-soon-bg': '#3e2d15',
    '--mimamori-ok': '#86d6a6', '--mimamori-ok-bg': '#17352a', '--mimamori-open': '#c3aefc', '--mimamori-open-bg': '#2d2450', '--mimamori-open-line': '#5c4a96',
  },
});
