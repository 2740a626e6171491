// Which files of a directory are inputs of a fuzzing engine, and which are its bookkeeping. AFL++ calls its inputs id:... (or
// id_...), in `queue`, `crashes` and `hangs`, beside files on its own state; libFuzzer and SharpFuzz keep nothing but inputs in
// a folder. So a folder with files called id:... has no other inputs, one with a `queue` in it has none at all, and elsewhere
// every file is an input. What begins with a point is never looked at.

namespace Managarm.Perf.Fuzz.Corpora;

/// <summary>Finds inputs.</summary>
internal static class EngineFiles
{
    /// <summary>Finds inputs.</summary>
    /// <param name="root">A directory.</param>
    /// <returns>Files in it and below, in a fixed order.</returns>
    internal static IEnumerable<string> In(string root)
    {
        string[] files = [.. Directory.EnumerateFiles(root).Where(IsVisible).Order(StringComparer.Ordinal)];
        bool isState = Directory.Exists(Path.Combine(root, "queue"));
        bool hasNumbers = Array.Exists(files, IsNumbered);
        foreach (string file in files)
        {
            if (!isState && (!hasNumbers || IsNumbered(file)))
            {
                yield return file;
            }
        }

        foreach (string folder in Directory.EnumerateDirectories(root).Where(IsVisible).Order(StringComparer.Ordinal))
        {
            foreach (string file in In(folder))
            {
                yield return file;
            }
        }
    }

    private static bool IsVisible(string path) => !Path.GetFileName(path).StartsWith('.');

    private static bool IsNumbered(string path)
    {
        string name = Path.GetFileName(path);
        return name.StartsWith("id:", StringComparison.Ordinal) || name.StartsWith("id_", StringComparison.Ordinal);
    }
}
