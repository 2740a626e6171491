// All known windows: the files of Corpus/windows, or of another directory, in the order of their names.

using Managarm.Perf.Corpus.Store;
using Managarm.Perf.Corpus.Text;
using Managarm.Perf.Results.Commands;

namespace Managarm.Perf.Fuzz.Windows;

/// <summary>The bank of known windows.</summary>
public static class WindowBank
{
    /// <summary>Reads a directory; what is wrong with any file ends the command.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="subject">Option or argument that named it, for the message.</param>
    /// <returns>The windows, by file name.</returns>
    /// <exception cref="CommandException">A file has mistakes; the message has a line for each.</exception>
    public static IReadOnlyList<KnownWindow> Read(string directory, string subject = "--from")
    {
        var windows = new List<KnownWindow>();
        var mistakes = new List<string>();
        foreach (string path in Directory.EnumerateFiles(directory, "*" + CorpusStore.Extension).Order(StringComparer.Ordinal))
        {
            mistakes.AddRange(WindowReader.Read(path, out KnownWindow? window));
            if (window is not null)
            {
                windows.Add(window);
            }
        }

        if (mistakes.Count == 0 && windows.Count == 0)
        {
            throw CommandException.BadInput(subject, $"there is no window in '{directory}'");
        }

        return mistakes.Count == 0 ? windows : throw CommandException.BadScenario(mistakes);
    }

    /// <summary>Picks entries by the name of a file or of a window.</summary>
    /// <param name="windows">The windows.</param>
    /// <param name="subject">What gave the name, for the message.</param>
    /// <param name="name">A name.</param>
    /// <returns>At least one entry.</returns>
    /// <exception cref="CommandException">There is none.</exception>
    public static IReadOnlyList<KnownWindow> Pick(IReadOnlyList<KnownWindow> windows, string subject, string name)
    {
        KnownWindow[] picked = [.. windows.Where(each => each.Name == name)];
        if (picked.Length == 0)
        {
            picked = [.. windows.Where(each => each.Window.Equals(name, StringComparison.OrdinalIgnoreCase))];
        }

        if (picked.Length > 0)
        {
            return picked;
        }

        var suggestion = new Suggestion(name);
        foreach (string each in windows.SelectMany(each => new[] { each.Name, each.Window }).Distinct())
        {
            suggestion.Add(each);
        }

        string hint = suggestion.Describe();
        throw CommandException.BadInput(
            subject, $"there is no window '{name}'{(hint.Length > 0 ? hint : "; `windows list` prints them")}");
    }
}
