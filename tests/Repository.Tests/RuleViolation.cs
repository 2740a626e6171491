// What a rule reports: where, and what is wrong there. It prints in the shape that editors and terminals turn into a link.
namespace Managarm.Perf.Repository.Tests;

/// <summary>A place that breaks a rule; lines count from one.</summary>
public sealed record RuleViolation(string Path, int Line, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Path}:{Line}: {Message}";
}
