using System.Collections.Frozen;
using Takt.Graphs.Differentiation.Operators;
using Takt.Tensors;

namespace Takt.Graphs.Differentiation;

/// <summary>How each ONNX operator is computed by operations of the tape, so that gradients go back through it. A new one is a line here.</summary>
static class TapeOperators
{
    static readonly FrozenDictionary<string, Func<TapeCall, Tensor[]>> All = new Dictionary<string, Func<TapeCall, Tensor[]>>
    {
        // products
        ["Gemm"] = One(ProductOperators.Gemm),
        ["MatMul"] = One(ProductOperators.MatMul),
        ["Einsum"] = One(ProductOperators.Einsum),

        // windows
        ["Conv"] = One(ConvolutionOperators.Conv),
        ["ConvTranspose"] = One(ConvolutionOperators.ConvTranspose),
        ["MaxPool"] = One(PoolOperators.Max),
        ["AveragePool"] = One(PoolOperators.Average),
        ["GlobalAveragePool"] = One(c => PoolOperators.Global(c, (x, axes) => x.Mean(axes, keep: true))),
        ["GlobalMaxPool"] = One(c => PoolOperators.Global(c, (x, axes) => ReductionOperators.Extreme(x, axes, keep: true, largest: true))),

        // recurrent layers
        ["LSTM"] = RecurrentOperators.Lstm,
        ["GRU"] = RecurrentOperators.Gru,
        ["RNN"] = RecurrentOperators.Rnn,

        // normalisations and distributions
        ["BatchNormalization"] = One(NormalisationOperators.Batch),
        ["InstanceNormalization"] = One(NormalisationOperators.Instance),
        ["GroupNormalization"] = One(NormalisationOperators.Group),
        ["LayerNormalization"] = NormalisationOperators.Layer,
        ["RMSNormalization"] = One(NormalisationOperators.RootMeanSquare),
        ["Softmax"] = One(c => NormalisationOperators.Distribution(c, x => x.Softmax())),
        ["LogSoftmax"] = One(c => NormalisationOperators.Distribution(c, x => x.LogSoftmax())),

        // one value, element by element
        ["Abs"] = One(c => c.X.Abs()),
        ["Celu"] = One(c => ActivationOperators.Elu(c.X, c.Float("alpha", 1), c.Float("alpha", 1))),
        ["Clip"] = One(ActivationOperators.Clip),
        ["Elu"] = One(c => ActivationOperators.Elu(c.X, c.Float("alpha", 1))),
        ["Erf"] = One(c => c.X.Erf()),
        ["Exp"] = One(c => c.X.Exp()),
        ["Gelu"] = One(c => c.Text("approximate", "none") == "tanh" ? c.X.GeluTanh() : c.X.Gelu()),
        ["HardSigmoid"] = One(c => ActivationOperators.HardSigmoid(c.X, c.Float("alpha", 0.2f), c.Float("beta", 0.5f))),
        ["HardSwish"] = One(c => c.X * ActivationOperators.HardSigmoid(c.X, 1f / 6, 0.5f)),
        ["LeakyRelu"] = One(c => c.X.LeakyRelu(c.Float("alpha", 0.01f))),
        ["Log"] = One(c => c.X.Log()),
        ["Mish"] = One(c => c.X * ActivationOperators.Softplus(c.X).Tanh()),
        ["Neg"] = One(c => -c.X),
        ["PRelu"] = One(c => c.X.Relu() - (c.Input(1) * (-c.X).Relu())),
        ["Reciprocal"] = One(c => 1 / c.X),
        ["Relu"] = One(c => c.X.Relu()),
        ["Selu"] = One(c => c.Float("gamma", 1.05070102f) * ActivationOperators.Elu(c.X, c.Float("alpha", 1.67326319f))),
        ["Sigmoid"] = One(c => c.X.Sigmoid()),
        ["Softplus"] = One(c => ActivationOperators.Softplus(c.X)),
        ["Softsign"] = One(c => c.X / (1 + c.X.Abs())),
        ["Sqrt"] = One(c => c.X.Sqrt()),
        ["Swish"] = One(c => c.X * (c.Float("alpha", 1) * c.X).Sigmoid()),
        ["Tanh"] = One(c => c.X.Tanh()),
        ["ThresholdedRelu"] = One(c => c.X.Greater(Tensor.Scalar(c.Float("alpha", 1))).Where(c.X, Tensor.Scalar(0))),

        // several values, element by element
        ["Add"] = One(c => c.X + c.Input(1)),
        ["Div"] = One(c => c.X / c.Input(1)),
        ["Max"] = One(c => PairwiseOperators.Join(c, (a, b) => a.Less(b).Where(b, a))),
        ["Mean"] = One(c => PairwiseOperators.Join(c, (a, b) => a + b) * (1f / c.InputCount)),
        ["Min"] = One(c => PairwiseOperators.Join(c, (a, b) => b.Less(a).Where(b, a))),
        ["Mul"] = One(c => c.X * c.Input(1)),
        ["Pow"] = One(PairwiseOperators.Power),
        ["Sub"] = One(c => c.X - c.Input(1)),
        ["Sum"] = One(c => PairwiseOperators.Join(c, (a, b) => a + b)),
        ["Where"] = One(c => c.X.Where(c.Input(1), c.Input(2))),

        // reductions
        ["ReduceL1"] = One(c => ReductionOperators.Run(c, (x, axes, keep) => x.Abs().Sum(axes, keep))),
        ["ReduceL2"] = One(c => ReductionOperators.Run(c, (x, axes, keep) => (x * x).Sum(axes, keep).Sqrt())),
        ["ReduceLogSum"] = One(c => ReductionOperators.Run(c, (x, axes, keep) => x.Sum(axes, keep).Log())),
        ["ReduceLogSumExp"] = One(c => ReductionOperators.Run(c, ReductionOperators.LogSumExp)),
        ["ReduceMax"] = One(c => ReductionOperators.Run(c, (x, axes, keep) => ReductionOperators.Extreme(x, axes, keep, largest: true))),
        ["ReduceMean"] = One(c => ReductionOperators.Run(c, (x, axes, keep) => x.Mean(axes, keep))),
        ["ReduceMin"] = One(c => ReductionOperators.Run(c, (x, axes, keep) => ReductionOperators.Extreme(x, axes, keep, largest: false))),
        ["ReduceSum"] = One(c => ReductionOperators.Run(c, (x, axes, keep) => x.Sum(axes, keep))),
        ["ReduceSumSquare"] = One(c => ReductionOperators.Run(c, (x, axes, keep) => (x * x).Sum(axes, keep))),

        // the same elements in another shape
        ["Cast"] = One(c => c.X.To(ElementType.Float32)),
        ["CastLike"] = One(c => c.X.To(ElementType.Float32)),
        ["Dropout"] = c => [c.X, NothingDropped(c.X)],
        ["Expand"] = One(ShapeOperators.Expand),
        ["Flatten"] = One(ShapeOperators.Flatten),
        ["Identity"] = One(c => c.X),
        ["Reshape"] = One(ShapeOperators.Reshape),
        ["Squeeze"] = One(ShapeOperators.Squeeze),
        ["Unsqueeze"] = One(ShapeOperators.Unsqueeze),

        // elements elsewhere
        ["Concat"] = One(MoveOperators.Concat),
        ["CumSum"] = One(MoveOperators.CumSum),
        ["DepthToSpace"] = One(MoveOperators.DepthToSpace),
        ["Gather"] = One(c => c.X.Gather((int)c.Int("axis", 0), c.Input(1))),
        ["GatherElements"] = One(c => c.X.GatherElements((int)c.Int("axis", 0), c.Input(1))),
        ["Pad"] = One(PaddingOperators.Pad),
        ["ReverseSequence"] = One(MoveOperators.ReverseSequence),
        ["ScatterElements"] = One(MoveOperators.Scatter),
        ["Resize"] = One(ResizeOperators.Resize),
        ["Slice"] = One(MoveOperators.Slice),
        ["SpaceToDepth"] = One(MoveOperators.SpaceToDepth),
        ["Split"] = MoveOperators.Split,
        ["Tile"] = One(MoveOperators.Tile),
        ["TopK"] = MoveOperators.TopK,
        ["Transpose"] = One(MoveOperators.Transpose),
        ["Upsample"] = One(ResizeOperators.Resize),
    }.ToFrozenDictionary();

    /// <summary>How to compute an operator, or null if gradients cannot go through it.</summary>
    public static Func<TapeCall, Tensor[]>? Of(string operation) => All.GetValueOrDefault(operation);

    static Tensor NothingDropped(Tensor x)
    {
        bool[] kept = new bool[x.Length];
        Array.Fill(kept, true);
        return Tensor.OfMask(kept, x.Shape);
    }

    static Func<TapeCall, Tensor[]> One(Func<TapeCall, Tensor> compute) => call => [compute(call)];
}
