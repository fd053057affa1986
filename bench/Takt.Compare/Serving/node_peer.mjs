// Serves one ONNX file with Node's http and ONNX Runtime: the Open Inference Protocol's JSON in its shortest form, one worker a core.
//
//   node node_peer.mjs FILE.onnx PORT WORKERS     (with the folder of onnxruntime-node as the working directory)
import cluster from 'node:cluster';
import http from 'node:http';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';

const [file, port, workers] = process.argv.slice(2);
if (cluster.isPrimary) {
  for (let i = 0; i < +workers; i++) cluster.fork();
} else {
  const ort = createRequire(join(process.cwd(), 'index.js'))('onnxruntime-node');
  const name = basename(file, '.onnx');
  const session = await ort.InferenceSession.create(file, { intraOpNumThreads: 1, interOpNumThreads: 1, graphOptimizationLevel: 'all' });
  http.createServer((request, response) => {
    const parts = [];
    request.on('data', part => parts.push(part));
    request.on('end', async () => {
      const { shape, data } = JSON.parse(Buffer.concat(parts)).inputs[0];
      const { output } = await session.run({ input: new ort.Tensor('float32', Float32Array.from(data), shape) });
      const answer = Buffer.from(JSON.stringify({ model_name: name, model_version: '1', outputs: [
        { name: 'output', datatype: 'FP32', shape: output.dims, data: Array.from(output.data) }] }));
      response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': answer.length }).end(answer);
    });
  }).listen(+port, '127.0.0.1');
}
