using Takt.Graphs.Onnx;
using Takt.Graphs.Tracing;
using Takt.Tensors;

namespace Takt.Graphs.Tests;

/// <summary>Small networks with random weights.</summary>
sealed record Network(string Name, Func<Tensor, Tensor> Forward, (string Name, Tensor Value)[] Parameters, int[] RowSizes)
{
    public static TheoryData<string> Names => ["dense", "dense with three classes", "lstm", "two lstm layers", "every activation"];

    public static Network Of(string name, ulong seed = 7)
    {
        var random = new Generator(seed);
        return name switch
        {
            "dense" => Dense(random),
            "dense with three classes" => Classes(random),
            "lstm" => Lstm(random),
            "two lstm layers" => TwoLayers(random),
            _ => EveryActivation(random),
        };
    }

    public ModelProto Trace() => Tracer.Trace(Forward, Draw(1), new TraceNames { Input = "x", Output = "y", Parameters = Parameters });

    public Tensor Draw(int rows, ulong seed = 1) => Tensor.Normal([rows, .. RowSizes], 1, new Generator(seed));

    public float[] Answer(Tensor x)
    {
        using var tape = Tape.Scratch();
        return Forward(x).Values.ToArray();
    }

    static Network Dense(Generator random)
    {
        Tensor w1 = Weights([16, 7], random), b1 = Weights([16], random), w2 = Weights([1, 16], random), b2 = Weights([1], random);
        return new("dense", x => x.Linear(w1, b1).Relu().Linear(w2, b2).Sigmoid(), [("0.weight", w1), ("0.bias", b1), ("2.weight", w2), ("2.bias", b2)], [7]);
    }

    static Network Classes(Generator random)
    {
        Tensor w1 = Weights([16, 7], random), w2 = Weights([3, 16], random), b2 = Weights([3], random);
        return new("dense with three classes", x => x.Linear(w1).Gelu().Linear(w2, b2).Softmax(), [("0.weight", w1), ("1.weight", w2), ("1.bias", b2)], [7]);
    }

    static Network Lstm(Generator random)
    {
        Tensor wi = Weights([32, 5], random), wh = Weights([32, 8], random), b = Weights([32], random), w = Weights([1, 8], random), bias = Weights([1], random);
        return new("lstm", x => x.Lstm(wi, wh, b).LastStep().Linear(w, bias), [("lstm.input", wi), ("lstm.hidden", wh), ("lstm.bias", b), ("head.weight", w), ("head.bias", bias)], [12, 5]);
    }

    static Network TwoLayers(Generator random)
    {
        Tensor wi = Weights([64, 5], random), wh = Weights([64, 16], random), b = Weights([64], random);
        Tensor wi2 = Weights([64, 16], random), wh2 = Weights([64, 16], random), b2 = Weights([64], random), w = Weights([1, 16], random);
        return new("two lstm layers", x => x.Lstm(wi, wh, b).Lstm(wi2, wh2, b2).LastStep().Linear(w),
            [("1.input", wi), ("1.hidden", wh), ("1.bias", b), ("2.input", wi2), ("2.hidden", wh2), ("2.bias", b2), ("head", w)], [9, 5]);
    }

    static Network EveryActivation(Generator random)
    {
        Tensor w = Weights([6, 6], random);
        return new("every activation", x =>
        {
            var y = x.Linear(w);
            y = y.Relu() + y.LeakyRelu(0.1f) * y.Tanh() - y.Sigmoid() + y.Gelu() + y.Silu() / 2;
            return y.Reshape(-1, 2, 3).Reshape(-1, 6).Concat(1, -y, y.Softmax(), y.LogSoftmax());
        }, [("w", w)], [6]);
    }

    static Tensor Weights(Shape shape, Generator random) => Tensor.Uniform(shape, 0.5f, random);
}
