using Takt.Protocols.Deployments;

namespace Takt.Registry.Deployments;

/// <summary>How a model is to be served, from a moment on.</summary>
/// <param name="Model">The model.</param>
/// <param name="Revision">1 for the first wish, one more for each after it.</param>
/// <param name="Spec">What is wanted; null = nothing any more, the model is served on demand.</param>
/// <param name="ChangedAt">Since when.</param>
public sealed record Deployment(string Model, int Revision, DeploymentSpec? Spec, DateTimeOffset ChangedAt);
