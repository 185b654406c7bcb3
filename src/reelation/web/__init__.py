"""The page that `reelation map` fills: template, style and program: plain files."""
