using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Takt.Registry.Access;

namespace Takt.Web.Access;

/// <summary>Which models a caller may know of: a key may be for some of them.</summary>
public static class VisibleModels
{
    /// <summary>Whether the caller may know of a model: lists, metrics and hints leave out the others.</summary>
    public static bool MaySee(this HttpContext http, string model) => Caller.Of(http.User) is not { } caller || caller.Models.Include(model);

    /// <summary>Whether the caller may know of every model.</summary>
    public static bool MaySeeAll(this HttpContext http) => Caller.Of(http.User) is not { Models.AreAll: false };

    /// <summary>Says at an address that it tells of every model, so that it is closed to keys that are for some.</summary>
    public static TBuilder TellsOfEveryModel<TBuilder>(this TBuilder address) where TBuilder : IEndpointConventionBuilder => address.WithMetadata(new EveryModel());

    /// <summary>Marks such addresses.</summary>
    public sealed record EveryModel;
}
