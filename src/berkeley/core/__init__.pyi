LAYERS: str
