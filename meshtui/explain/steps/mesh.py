from meshtui.explain.model import Step

STEPS: dict[str, tuple[Step, ...]] = {}
