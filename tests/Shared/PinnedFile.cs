// A reviewed text file with figures that have no noise: any difference is a change of the code, and the test prints it exactly.
// A line is named by its first words, so that a difference shows what changed, went and came, wherever it stands. To accept a
// change on purpose, run the test with MANAGARM_PERF_ACCEPT=1, which rewrites the file, and review the difference in the commit.

using System.Text;

namespace Managarm.Perf.Tests;

/// <summary>Comparison of measured lines with a pinned file.</summary>
internal static class PinnedFile
{
    private const int WordsOfKey = 2;

    /// <summary>Fails unless the file holds exactly these lines.</summary>
    /// <param name="path">The file, relative to the root of the repository.</param>
    /// <param name="actual">What was measured.</param>
    public static void Check(string path, IReadOnlyList<string> actual)
    {
        string file = Path.Combine(RepositoryRoot.Path, path);
        if (Environment.GetEnvironmentVariable("MANAGARM_PERF_ACCEPT") == "1")
        {
            File.WriteAllText(file, string.Join('\n', actual) + "\n");
            return;
        }

        string difference = Difference(File.ReadAllText(file).TrimEnd('\n').Split('\n'), actual);
        Assert.True(
            difference.Length == 0,
            $"{path} differs (- pinned, + now; MANAGARM_PERF_ACCEPT=1 accepts):\n{difference}");
    }

    /// <summary>Lines that went, came or changed.</summary>
    public static string Difference(IReadOnlyList<string> pinned, IReadOnlyList<string> actual)
    {
        var text = new StringBuilder();
        var now = actual.ToDictionary(KeyOf);
        foreach (string line in pinned)
        {
            if (!now.Remove(KeyOf(line), out string? current))
            {
                text.Append("- ").Append(line).Append('\n');
            }
            else if (current != line)
            {
                text.Append("- ").Append(line).Append("\n+ ").Append(current).Append('\n');
            }
        }

        foreach (string line in actual.Where(line => now.ContainsKey(KeyOf(line))))
        {
            text.Append("+ ").Append(line).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>The first words name a line; a comment names itself.</summary>
    private static string KeyOf(string line) =>
        line.StartsWith('#') ? line : string.Join(' ', line.Split(' ').Take(WordsOfKey));
}
