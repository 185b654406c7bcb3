"""Pictures as SVG text: no library, one style, light and dark by what the reader's screen asks for."""
