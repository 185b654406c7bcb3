"""An atlas as it would have been at a date: nothing that was not known then is in it."""
