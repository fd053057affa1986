#!/usr/bin/env python3
"""Serves `mlp` with FastAPI, uvicorn and PyTorch: the Open Inference Protocol's JSON in its shortest form, one worker a core.

  fastapi_peer.py FOLDER_OF_TORCH_PEER PORT WORKERS
The body is read and the answer written without data classes, which is the faster way in this framework.
"""
import os, sys

os.environ.setdefault("OMP_NUM_THREADS", "1")
folder, port, workers = sys.argv[1:4] if __name__ == "__main__" else (os.environ["PEER_FOLDER"], None, None)
sys.path.insert(0, folder)

import torch
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from torch_peer import WORKLOADS

torch.set_num_threads(1)
torch.manual_seed(7)
network = WORKLOADS["mlp"][0]().eval()
app = FastAPI()


@app.post("/v2/models/mlp/infer")
async def infer(request: Request):
    tensor = (await request.json())["inputs"][0]
    with torch.inference_mode():
        output = network(torch.tensor(tensor["data"], dtype=torch.float32).reshape(tensor["shape"]))
    return JSONResponse({"model_name": "mlp", "model_version": "1", "outputs": [
        {"name": "output", "datatype": "FP32", "shape": list(output.shape), "data": output.flatten().tolist()}]})


if __name__ == "__main__":
    import uvicorn
    os.environ["PEER_FOLDER"] = folder
    uvicorn.run("fastapi_peer:app", app_dir=os.path.dirname(os.path.abspath(__file__)), port=int(port), workers=int(workers), log_level="warning", access_log=False)
