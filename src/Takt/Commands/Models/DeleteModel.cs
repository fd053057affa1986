using System.CommandLine;
using Takt.Protocols.Names;
using Takt.Protocols.Problems;
using Takt.Terminal;

namespace Takt.Commands.Models;

/// <summary><c>takt models delete</c></summary>
static class DeleteModel
{
    public static Command Create()
    {
        var model = new Argument<string>("MODEL:VERSION") { Description = "The version to delete; no alias may point to it" };
        return new Command("delete", "Delete a version and its package") { model }.Does((context, _) =>
        {
            var reference = ModelReference.Parse(context.Get(model));
            if (reference.Version is not { } number)
                throw new InputException($"'{reference}'", "MODEL:VERSION", "A version is deleted by its number, so that no alias moved in between deletes another");
            context.OpenRegistry().Models.Delete(reference.Name, number);
            return Task.FromResult(new Answer(new { model = reference.Name, version = number, deleted = true },
                console => console.Line($"{reference} deleted.")));
        });
    }
}
