using Takt.Doors.Errors;
using Takt.Protocols.Names;
using Takt.Protocols.Problems;
using Takt.Registry.Access;
using Takt.Web.Access;

namespace Takt.Access;

/// <summary>What <see cref="PermissionGate"/> does, for models that a message names rather than the address.</summary>
static class AllowedModels
{
    /// <summary>The reference, if the caller may use that model.</summary>
    /// <exception cref="StatusException">It may not; status 403.</exception>
    public static ModelReference AllowedTo(this ModelReference reference, HttpContext http) =>
        http.MaySee(reference.Name) ? reference : throw new StatusException(new Failure(StatusCodes.Status403Forbidden, [new Problem(NotFor(Caller.Of(http.User)!, reference.Name))]));

    /// <summary>Why a caller may not use a model.</summary>
    internal static string NotFor(Caller caller, string model) => $"{caller.Actor} may use the models {caller.Models}, not {model}";
}
