using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Takt.Protocols.Problems;
using Takt.Web.Reading;

namespace Takt.Web.Pages;

/// <summary>Finds the model and the version that a page is asked for.</summary>
static class ModelPages
{
    public static IResult Show(string name, ModelLibrary library, int? version = null)
    {
        var models = library.Models();
        if (models.FirstOrDefault(model => model.Name == name) is not { } found)
            return WebPages.Missing($"no model '{name}'. {(models.Count == 0 ? "No model is registered yet: train one with 'takt train'." : NearestName.Suggest(name, [.. models.Select(model => model.Name)]))}");
        return (version is null ? found.Served : found.Versions.FirstOrDefault(v => v.Version.Number == version)) is { } chosen
            ? new RazorComponentResult<ModelPage>(new Dictionary<string, object?> { ["Model"] = found, ["Report"] = library.Report(chosen) })
            : WebPages.Missing($"model '{name}' has no version {version}; there is: {string.Join(", ", found.Versions.Select(v => v.Version.Number))}");
    }
}
