using Takt.Protocols.Deployments;
using Takt.Registry.Models;

namespace Takt.Registry.Deployments;

/// <summary>What a rollback takes back.</summary>
/// <param name="Move">The move of an alias that goes back; null = no alias moves.</param>
/// <param name="Change">The revision that no longer leads; null = the deployment stays.</param>
/// <param name="Before">What led before <paramref name="Change"/>; null = nothing had been said.</param>
public sealed record RollBackStep(AliasMove? Move, Deployment? Change, DeploymentSpec? Before);
