"""New titles and events into an atlas that is trained already: what is exact is made anew, what was fitted is kept."""
