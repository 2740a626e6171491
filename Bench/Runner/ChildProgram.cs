// Which program a child is: this one, or the same program built from another revision.

namespace Managarm.Perf.Bench;

/// <summary>A built Bench application.</summary>
/// <param name="AssemblyPath">Its assembly, to be run by the dotnet host.</param>
public sealed record ChildProgram(string AssemblyPath)
{
    /// <summary>The program that is running.</summary>
    public static ChildProgram Current { get; } = new(typeof(ChildProgram).Assembly.Location);
}
