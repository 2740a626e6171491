// Where the tree is that the tests were built from. It comes from the build (assembly metadata), not from the place of the test
// binary or from source paths, since both may lie elsewhere: builds map source paths and may put their output anywhere.

using System.Reflection;

namespace Managarm.Perf.Tests;

/// <summary>The root of the repository.</summary>
internal static class RepositoryRoot
{
    /// <summary>Absolute path without a trailing separator.</summary>
    public static string Path { get; } = System.IO.Path.GetFullPath(
        typeof(RepositoryRoot).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(attribute => attribute.Key == "RepositoryRoot").Value!);
}
