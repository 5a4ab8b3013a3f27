"""News made from nothing: words, stories, outlets, and the copies that outlets make of stories."""
