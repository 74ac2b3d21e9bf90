"""Rules by family: T times, U updates, P postmortem, L language; the catalogue finds them here.

Every function below ``@rule`` is one; a module's docstring names the ids in it.
"""
