"""Address codecs: one file a family, each with the same two functions, pack and unpack."""
