"""8b. what people watched: their own exports, matched to an atlas, and the viewers that an atlas knows."""
