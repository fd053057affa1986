#!/usr/bin/python3
"""Golden values for tests/Takt.Learning.Tests/Metrics, from scikit-learn (Debian python3-sklearn).

Run:  /usr/bin/python3 eng/golden/metrics.py > tests/Takt.Learning.Tests/Metrics/metrics.golden.json
The inputs are drawn here and written along, so that the file speaks for itself. DeLong's variance is the plain double loop of the 1988 paper.
"""
import json
import numpy as np
import sklearn
from sklearn import metrics as m
from sklearn.calibration import calibration_curve

random = np.random.RandomState(20)


def delong(truth, score):
    x, y = score[truth == 1], score[truth == 0]
    psi = (x[:, None] > y[None, :]) + 0.5 * (x[:, None] == y[None, :])
    return float(psi.mean()), float(np.sqrt(psi.mean(1).var(ddof=1) / len(x) + psi.mean(0).var(ddof=1) / len(y)))


def binary(count, prevalence, decimals, threshold):
    truth = (random.rand(count) < prevalence).astype(int)
    score = np.round(1 / (1 + np.exp(-(2.2 * truth - 1.8 + random.randn(count)))), decimals)  # rounding makes ties
    called = (score >= threshold).astype(int)
    area, error = delong(truth, score)
    observed, predicted = calibration_curve(truth, score, n_bins=10)
    precision, recall, _ = m.precision_recall_curve(truth, score)
    return {
        "truth": truth.tolist(), "score": score.tolist(), "threshold": threshold,
        "accuracy": m.accuracy_score(truth, called), "balancedAccuracy": m.balanced_accuracy_score(truth, called),
        "precision": m.precision_score(truth, called), "recall": m.recall_score(truth, called), "f1": m.f1_score(truth, called),
        "mcc": m.matthews_corrcoef(truth, called), "rocAuc": m.roc_auc_score(truth, score), "delongArea": area, "delongError": error,
        "prAuc": m.average_precision_score(truth, score), "brier": m.brier_score_loss(truth, score), "logLoss": m.log_loss(truth, score),
        "observed": observed.tolist(), "predicted": predicted.tolist(),
        "bestF1": float(np.nanmax(2 * precision * recall / (precision + recall))),
        "bestRecallAtPrecision80": float(recall[precision >= 0.8].max()),
    }


def multiclass(count, classes):
    truth = random.randint(classes, size=count)
    logits = random.randn(count, classes) + 1.3 * np.eye(classes)[truth]
    p = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    called = p.argmax(1)
    return {
        "truth": truth.tolist(), "probabilities": p.tolist(), "classes": classes,
        "accuracy": m.accuracy_score(truth, called), "balancedAccuracy": m.balanced_accuracy_score(truth, called),
        "precision": m.precision_score(truth, called, average="macro"), "recall": m.recall_score(truth, called, average="macro"),
        "f1": m.f1_score(truth, called, average="macro"), "microF1": m.f1_score(truth, called, average="micro"),
        "mcc": m.matthews_corrcoef(truth, called), "logLoss": m.log_loss(truth, p),
        "rocAuc": m.roc_auc_score(truth, p, multi_class="ovr", average="macro"),
        "prAuc": float(np.mean([m.average_precision_score(truth == k, p[:, k]) for k in range(classes)])),
        "confusion": m.confusion_matrix(truth, called).tolist(),
    }


def regression(count):
    truth = np.round(50 + 20 * random.randn(count), 3)
    predicted = np.round(truth + 1 + 5 * random.randn(count), 3)
    error = predicted - truth
    shares = [0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1]
    return {
        "truth": truth.tolist(), "predicted": predicted.tolist(),
        "mae": m.mean_absolute_error(truth, predicted), "rmse": float(np.sqrt(m.mean_squared_error(truth, predicted))), "r2": m.r2_score(truth, predicted),
        "mape": m.mean_absolute_percentage_error(truth, predicted), "medianAbsoluteError": m.median_absolute_error(truth, predicted),
        "bias": float(error.mean()), "errorQuantiles": np.quantile(error, shares).tolist(),
    }


golden = {
    "scikit-learn": sklearn.__version__,
    "binary": [binary(60, 0.4, 1, 0.5), binary(150, 0.1, 2, 0.35), binary(80, 0.5, 4, 0.6)],
    "multiclass": [multiclass(60, 3)],
    "regression": [regression(60)],
}
print(json.dumps(golden, separators=(",", ":")).replace('],"', '],\n"').replace('},{', '},\n{'))
