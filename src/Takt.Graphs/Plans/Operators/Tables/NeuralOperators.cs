namespace Takt.Graphs.Plans.Operators;

/// <summary>Layers: products, convolutions, recurrences, normalisations, attention.</summary>
static class NeuralOperators
{
    public static OperatorGroup All { get; } = new()
    {
        // matrix products
        ["Gemm"] = (2, node => new Widened(node, n => new Gemm(n))),
        ["MatMul"] = (2, node => new Widened(node, n => new MatMul(n))),

        // recurrent layers
        ["LSTM"] = (3, node => new Widened(node, n => new Lstm(n))),
        ["GRU"] = (3, node => new Widened(node, n => new Gru(n))),
        ["RNN"] = (3, node => new Widened(node, n => new Rnn(n))),

        // attention
        ["Attention"] = (3, node => new Widened(node, n => new Attention(n))),
        ["RotaryEmbedding"] = (3, node => new Widened(node, n => new RotaryEmbedding(n))),

        // windows
        ["Conv"] = (2, node => new Widened(node, n => new Conv(n))),
        ["ConvTranspose"] = (2, node => new Widened(node, n => new ConvTranspose(n))),
        ["MaxPool"] = (1, node => new Widened(node, n => new MaxPool(n))),
        ["AveragePool"] = (1, node => new Widened(node, n => new AveragePool(n))),
        ["LpPool"] = (1, node => new Widened(node, n => new LpPool(n))),
        ["GlobalMaxPool"] = (1, node => new Widened(node, n => new GlobalPool(n))),
        ["GlobalAveragePool"] = (1, node => new Widened(node, n => new GlobalPool(n))),
        ["GlobalLpPool"] = (1, node => new Widened(node, n => new GlobalPool(n))),
        ["MaxUnpool"] = (2, node => new Widened(node, n => new MaxUnpool(n))),

        // normalisations
        ["BatchNormalization"] = (5, node => new Widened(node, n => new BatchNormalization(n))),
        ["InstanceNormalization"] = (3, node => new Widened(node, n => new GroupNormalization(n))),
        ["GroupNormalization"] = (3, node => new Widened(node, n => new GroupNormalization(n))),
        ["LayerNormalization"] = (2, node => new Widened(node, n => new LayerNormalization(n), rounded: 1)),
        ["RMSNormalization"] = (2, node => new Widened(node, n => new LayerNormalization(n))),
        ["LRN"] = (1, node => new Widened(node, n => new Lrn(n))),
        ["LpNormalization"] = (1, node => new Widened(node, n => new LpNormalization(n))),
        ["MeanVarianceNormalization"] = (1, node => new Widened(node, n => new MeanVarianceNormalization(n))),

        // along an axis
        ["Softmax"] = (1, node => new Widened(node, n => new Softmax(n, logarithm: false))),
        ["LogSoftmax"] = (1, node => new Widened(node, n => new Softmax(n, logarithm: true))),

        // only in training
        ["Dropout"] = (1, node => new Dropout(node)),
    };
}
