using Takt.Tensors.Kernels;

namespace Takt.Tensors.Tests;

/// <summary>Kernels that anyone may call say what does not fit, and touch nothing beyond what they were given.</summary>
public sealed class LengthTests
{
    public static TheoryData<string, Action> Calls => new()
    {
        { "softmax of a broken row", () => SoftmaxKernel.Apply(new float[7], new float[7], 3) },
        { "softmax without room", () => SoftmaxKernel.Apply(new float[6], new float[3], 3) },
        { "softmax of rows of nothing", () => SoftmaxKernel.Apply(new float[6], new float[6], 0) },
        { "log-softmax without room", () => SoftmaxKernel.ApplyLogarithm(new float[6], new float[5], 3) },
        { "moments of a broken image", () => BatchNormKernel.Measure(new float[11], 2, 3, new float[2], new float[2]) },
        { "moments without room", () => BatchNormKernel.Measure(new float[12], 2, 3, new float[2], new float[1]) },
        { "moments of no pixels", () => BatchNormKernel.Measure(new float[12], 2, 0, new float[2], new float[2]) },
        { "batch norm without room", () => BatchNormKernel.Apply(new float[12], 2, 3, new float[2], new float[2], new float[2], new float[11]) },
        { "batch norm of fewer factors", () => BatchNormKernel.Apply(new float[12], 2, 3, new float[2], new float[1], new float[2], new float[12]) },
        { "channel sums of no pixels", () => ChannelSums.Add(new float[12], 0, new float[2]) },
        { "channel sums of a broken image", () => ChannelSums.Add(new float[13], 3, new float[2]) },
        { "channel sums of no channels", () => ChannelSums.Add(new float[12], 3, []) },
        { "RMS norm of a broken row", () => RmsNormKernel.Apply(new float[7], new float[3], 0, new float[2], new float[7]) },
        { "RMS norm without room", () => RmsNormKernel.Apply(new float[6], new float[3], 0, new float[2], new float[5]) },
        { "layer norm of a broken row", () => RowNormalisation.Apply(new float[7], new float[3], new float[3], 0, new float[7], new float[6]) },
        { "layer norm of a short shift", () => RowNormalisation.Apply(new float[6], new float[3], new float[2], 0, new float[6], new float[4]) },
        { "layer norm without room for moments", () => RowNormalisation.Apply(new float[6], new float[3], new float[3], 0, new float[6], new float[3]) },
        { "LSTM without room for cells", () => Lstm(y: 12, cells: 11, cell: 0) },
        { "LSTM without room for y", () => Lstm(y: 11, cells: 12, cell: 0) },
        { "LSTM of a short start", () => Lstm(y: 12, cells: 12, cell: 3) },
        { "GRU without room for y", () => Gru(y: 11, states: 36) },
        { "GRU without room for states", () => Gru(y: 12, states: 35) },
        { "a mask of fewer elements", () => _ = new AttentionMask(new bool[3], [1, 1, 2, 2], new(1, 1, 2, 2, 1, 1, false, false, 1)) },
        { "a matrix that walks backward", () => _ = new Matrix(new float[9], 3, 3, -3) },
        { "a target that walks backward", () => _ = new MatrixTarget(new float[9], 3, 3, -3) },
        { "a matrix of fewer than no rows", () => _ = new Matrix(new float[9], -1, 3) },
    };

    [Theory, MemberData(nameof(Calls))]
    public void What_does_not_fit_is_refused(string name, Action call)
    {
        Assert.NotEmpty(name);
        Assert.Throws<ShapeException>(call);
    }

    static void Lstm(int y, int cells, int cell) =>
        LstmForward.Run(new(2, 3, 1, 2), new float[6], PackedMatrix.Pack(new(new float[8], 1, 8)), PackedMatrix.Pack(new(new float[16], 2, 8)), new float[8], new float[y], new float[48], new float[cells], startCell: new float[cell]);

    static void Gru(int y, int states) =>
        GruForward.Run(new(2, 3, 1, 2), new float[6], PackedMatrix.Pack(new(new float[6], 1, 6)), PackedMatrix.Pack(new(new float[12], 2, 6)), new float[6], new float[6], new float[y], new float[36], new float[states]);
}
