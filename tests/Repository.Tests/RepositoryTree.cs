// The files that belong to the project, found by walking the tree instead of asking git, so that the tests also judge files
// that are not committed yet and need no git. What builds and runs write is skipped by name, as .gitignore does.


namespace Managarm.Perf.Repository.Tests;

/// <summary>The real tree, read once per test run.</summary>
public static class RepositoryTree
{
    private const int probeBytes = 8192;

    private static readonly string[] skippedFolders =
    [
        ".git", ".idea", ".managarm-perf", ".vs", ".vscode", "BenchmarkDotNet.Artifacts", "TestResults", "artifacts",
        "bin", "obj",
    ];

    private static readonly Lazy<IReadOnlyList<SourceFile>> files = new(ReadFiles);

    /// <summary>The absolute path of the folder that holds the solution.</summary>
    public static string Root { get; } = RepositoryRoot.Path;

    /// <summary>Every text file, ordered by path.</summary>
    public static IReadOnlyList<SourceFile> Files => files.Value;

    /// <summary>The names of the folders in the root, without those that git ignores.</summary>
    public static IReadOnlyList<string> TopLevelFolders() =>
        [.. Directory.GetDirectories(Root).Select(path => Path.GetFileName(path)).Where(IsOurs)];

    /// <summary>The names of the files in the root; in a linked work tree .git is one, too.</summary>
    public static IReadOnlyList<string> TopLevelFiles() =>
        [.. Directory.GetFiles(Root).Select(path => Path.GetFileName(path)).Where(IsOurs)];

    private static bool IsOurs(string name) => !skippedFolders.Contains(name);

    private static IReadOnlyList<SourceFile> ReadFiles()
    {
        var found = new List<SourceFile>();
        Collect(new DirectoryInfo(Root), found);
        found.Sort((left, right) => string.CompareOrdinal(left.Path, right.Path));
        return found;
    }

    private static void Collect(DirectoryInfo folder, List<SourceFile> found)
    {
        foreach (var file in folder.GetFiles().Where(file => IsOurs(file.Name)))
        {
            var bytes = File.ReadAllBytes(file.FullName);
            if (!bytes.AsSpan(0, Math.Min(bytes.Length, probeBytes)).Contains((byte)0))
            {
                var path = Path.GetRelativePath(Root, file.FullName).Replace('\\', '/');
                found.Add(new SourceFile(path, System.Text.Encoding.UTF8.GetString(bytes)));
            }
        }

        foreach (var child in folder.GetDirectories())
        {
            if (IsOurs(child.Name) && child.LinkTarget is null)
            {
                Collect(child, found);
            }
        }
    }
}
