using System.Security.Cryptography;
using Takt.Data.Files;
using Takt.Graphs.Onnx;
using Takt.Graphs.Packages;
using Takt.Learning.Specs;
using Takt.Protocols.Problems;

namespace Takt.Learning.FineTuning;

/// <summary>The model that a training goes on from.</summary>
/// <param name="Name">What the spec calls it.</param>
/// <param name="Model">The graph.</param>
/// <param name="Package">The package that it came in; null for a plain ONNX file.</param>
/// <param name="Sha256">Of the file: a training that is taken up again must find the same.</param>
sealed record BaseModel(string Name, ModelProto Model, Package? Package, string Sha256)
{
    /// <summary>Reads it.</summary>
    /// <returns>Null if the spec names none.</returns>
    /// <exception cref="InputException">There is no such file, or it is no model.</exception>
    public static BaseModel? Read(TrainSpec spec)
    {
        if (spec.Model.Base is not { } named) return null;
        string path = named.Path ?? spec.PathOf(named.From);
        if (!File.Exists(path)) throw new InputException($"no file '{named.From}'", "the ONNX model or package to go on from", NearbyFile.Guess(path), "model.from");
        using var file = File.OpenRead(path);
        string sha256 = Convert.ToHexStringLower(SHA256.HashData(file));
        file.Position = 0;
        bool isPackage = file.ReadByte() == 'P' && file.ReadByte() == 'K';   // a zip archive
        var package = isPackage ? PackageFile.Read(path) : null;
        return new BaseModel(named.From, package?.Model ?? ModelFile.Read(path), package, sha256);
    }
}
