namespace Takt.Serving.Backends;

/// <summary>Makes served models of packages. Serving knows engines only through this; the program brings the real one.</summary>
public interface IModelBackend
{
    /// <summary>Loads a package, ready to answer at full speed.</summary>
    /// <param name="packagePath">A <c>.takt</c> file.</param>
    /// <param name="stop">Ends the loading early.</param>
    /// <exception cref="Protocols.Problems.InputException">The package is damaged or of a kind this backend does not know.</exception>
    Task<IServedModel> LoadAsync(string packagePath, CancellationToken stop);
}
