#!/usr/bin/python3
"""What scikit-learn's preparation makes of small tables.

    /usr/bin/python3 eng/golden/prepare.py > tests/Takt.Data.Tests/Pipelines/prepare.golden.json     (Debian: python3-sklearn; made with 1.2.1)
"""
import json
import sys
import numpy as np
from sklearn.cluster import KMeans
from sklearn.preprocessing import MinMaxScaler, OneHotEncoder, RobustScaler, StandardScaler

random = np.random.RandomState(7)
# a temperature, a skewed wait, and a constant whose mean does not come out exactly
train = np.round(np.column_stack([random.normal(300, 2, 12), random.exponential(40, 12), np.full(12, 0.1)]), 3)
test = np.round(np.column_stack([random.normal(300, 4, 4), random.exponential(80, 4), np.full(4, 0.1)]), 3)

grades = np.array([["L"], ["M"], ["H"], ["L"], ["L"], ["M"]])
asked = np.array([["M"], ["X"], ["H"], ["L"]])

# the six operating conditions of C-MAPSS FD002 and FD004: altitude, Mach number, throttle
centres = np.array([[0, 0, 100], [10, 0.25, 100], [20, 0.7, 100], [25, 0.62, 60], [35, 0.84, 100], [42, 0.84, 100]])
settings = np.round(np.repeat(centres, 6, axis=0) + random.normal(0, 0.002, (36, 3)), 4)
random.shuffle(settings)
clusters = KMeans(6, n_init=10, random_state=0).fit(StandardScaler().fit_transform(settings)).labels_


def scaled(scaler):
    return scaler.fit(train).transform(test).T.tolist()


json.dump({
    "train": train.T.tolist(), "test": test.T.tolist(),
    "scaled": {"standardise": scaled(StandardScaler()), "min-max": scaled(MinMaxScaler((-1, 1))), "robust": scaled(RobustScaler())},
    "grades": grades.ravel().tolist(), "asked": asked.ravel().tolist(),
    "oneHot": OneHotEncoder(handle_unknown="ignore", sparse_output=False).fit(grades).transform(asked).ravel().tolist(),
    "settings": settings.T.tolist(), "clusters": clusters.tolist(),
}, sys.stdout)
print()
