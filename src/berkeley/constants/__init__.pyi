from berkeley.constants.linux import *  # noqa: F403
