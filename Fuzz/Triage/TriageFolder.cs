// What a folder holds that can be triaged: the folder of a finding is one thing, its scenario; every other scenario file is one;
// and what is neither text of ours nor an engine's bookkeeping is an engine's input. Reports of this project that lie about
// (documents, events, charts) are passed over, so the directory of a campaign can be given as it is.

using Managarm.Perf.Corpus.Store;
using Managarm.Perf.Fuzz.Corpora;
using Managarm.Perf.Fuzz.Findings;

namespace Managarm.Perf.Fuzz.Triage;

/// <summary>Finds what can be triaged.</summary>
internal static class TriageFolder
{
    private static readonly string[] Texts = [".json", ".ndjson", ".md", ".txt", ".svg", ".html", ".xml", ".sarif", ".log"];

    /// <summary>Finds inputs.</summary>
    /// <param name="root">A directory.</param>
    /// <returns>Folders of findings and files, in a fixed order.</returns>
    internal static IEnumerable<string> In(string root)
    {
        string[] files = [.. EngineFiles.In(root)];
        HashSet<string> findings = [.. files.Where(static file => Path.GetFileName(file) == FindingWriter.DocumentName)
            .Select(static file => Path.GetDirectoryName(file)!)];
        foreach (string file in files)
        {
            string folder = Path.GetDirectoryName(file)!;
            if (Path.GetFileName(file) == FindingWriter.DocumentName)
            {
                yield return folder;
            }
            else if (!findings.Contains(folder) && !IsReport(file))
            {
                yield return file;
            }
        }
    }

    /// <summary>Whether a file is a scenario as text; otherwise it is an engine's bytes.</summary>
    /// <param name="path">The file, or the folder of a finding.</param>
    internal static bool IsText(string path) => Directory.Exists(path) || Path.GetExtension(path) == CorpusStore.Extension;

    private static bool IsReport(string file) =>
        Texts.Contains(Path.GetExtension(file), StringComparer.Ordinal) || Path.GetFileName(file) == "lock";
}
