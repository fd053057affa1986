using Google.Protobuf;
using Takt.Graphs.Conformance;
using Takt.Graphs.Onnx;
using Takt.Protocols.Problems;
using Takt.Tests;

namespace Takt.Graphs.Tests.Conformance;

/// <summary>The runner must not believe a wrong answer, and nothing in a case may stop the others.</summary>
public sealed class ConformanceRunnerTests : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("takt-conform");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Each_case_ends_in_its_own_way()
    {
        Case("right", "Relu", [-1, 2], [0, 2]);
        Case("wrong-value", "Relu", [-1, 2], [0, 2.5f]);
        Case("wrong-number-of-elements", "Relu", [-1, 2], [0, 2, 0]);
        Case("unknown", "Fourier", [-1, 2], [0, 2]);
        Case("nested/right", "Neg", [-1, 2], [1, -2]);
        Case("no-input", "Relu", null, [0, 2]);
        Directory.CreateDirectory(At("damaged"));
        File.WriteAllText(At("damaged/model.onnx"), "no model");
        var report = ConformanceRunner.Run(_folder.FullName);
        Assert.Equal((2, 4, 1), (report.Passed, report.Failed, report.Unsupported));
        Assert.Equal(["damaged", "nested/right", "no-input", "right", "unknown", "wrong-number-of-elements", "wrong-value"], report.Cases.Select(c => c.Case.Replace('\\', '/')));
        Assert.Contains("2 instead of 2.5 at place 1", Reason("wrong-value"));
        Assert.Contains("sizes [2] instead of [3]", Reason("wrong-number-of-elements"));
        Assert.Contains("Fourier", Reason("unknown"));
        Assert.Contains("no input 'x'", Reason("no-input"));

        string Reason(string name) => report.Cases.Single(c => c.Case == name).Reason;
    }

    [Fact]
    public void A_case_may_set_its_own_tolerance()
    {
        Case("loose", "Relu", [-1, 2], [0, 2.1f]);
        File.WriteAllText(At("loose/tolerance.json"), """{"rtol": 0.1, "atol": 0}""");
        Assert.Equal(1, ConformanceRunner.Run(_folder.FullName).Passed);
        Assert.Equal("loose", ConformanceRunner.Run(At("loose")).Cases.Single().Case);
    }

    [Fact]
    public void Not_a_number_is_only_itself()
    {
        Case("same", "Identity", [float.NaN, float.PositiveInfinity], [float.NaN, float.PositiveInfinity]);
        Case("other", "Identity", [float.NaN, 1], [0, 1]);
        Case("far", "Identity", [float.PositiveInfinity, 1], [1e38f, 1]);
        Assert.Equal((1, 2), (ConformanceRunner.Run(_folder.FullName).Passed, ConformanceRunner.Run(_folder.FullName).Failed));
    }

    [Fact]
    public void A_folder_without_cases_is_an_input_error()
    {
        Assert.Throws<InputException>(() => ConformanceRunner.Run(_folder.FullName));
        Assert.Throws<InputException>(() => ConformanceRunner.Run(At("nowhere")));
    }

    string At(string path) => Path.Combine(_folder.FullName, path);

    void Case(string name, string operation, float[]? input, float[] output)
    {
        Directory.CreateDirectory(At($"{name}/test_data_set_0"));
        var builder = new GraphBuilder("g");
        builder.Input("x", (int?)null);
        builder.Output(builder.Node(operation, ["x"], "y"), (int?)null);
        ModelFile.Write(builder.Build(), At($"{name}/model.onnx"));
        if (input is not null) File.WriteAllBytes(At($"{name}/test_data_set_0/input_0.pb"), Tensor(input));
        File.WriteAllBytes(At($"{name}/test_data_set_0/output_0.pb"), Tensor(output));
    }

    static byte[] Tensor(float[] values) => new TensorProto { DataType = (int)TensorProto.Types.DataType.Float, Dims = { values.Length }, FloatData = { values } }.ToByteArray();
}
