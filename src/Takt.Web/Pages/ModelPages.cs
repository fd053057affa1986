using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Takt.Protocols.Names;
using Takt.Web.Reading;

namespace Takt.Web.Pages;

/// <summary>Finds the model and the version that a page is asked for.</summary>
static class ModelPages
{
    public static async Task<IResult> ShowAsync(string name, ModelLibrary library, CancellationToken stop, int? version = null)
    {
        var models = await library.ModelsAsync(stop);
        var reference = new ModelReference(name, Version: version);
        if (models.FirstOrDefault(model => model.Name == name) is not { } found)
            return WebPages.Missing(reference.UnknownModel([.. models.Select(model => model.Name)]));
        return (version is null ? found.Served : found.Versions.FirstOrDefault(v => v.Version.Number == version)) is { } chosen
            ? new RazorComponentResult<ModelPage>(new Dictionary<string, object?> { ["Model"] = found, ["Report"] = library.Report(chosen) })
            : WebPages.Missing(reference.UnknownVersion([.. found.Versions.Select(v => v.Version.Number).Order()], new Dictionary<string, int>()));
    }
}
