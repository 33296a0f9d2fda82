LAYERS: str
LATER: dict[str, str]
