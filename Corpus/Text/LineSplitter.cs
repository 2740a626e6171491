// Walks over the lines of a text without copying them. A line ends in LF or CR LF; a CR elsewhere is an ordinary
// character, which the parser then rejects with its place.

namespace Managarm.Perf.Corpus.Text;

/// <summary>Lines of a text, numbered from 1.</summary>
internal ref struct LineSplitter
{
    private ReadOnlySpan<char> rest;
    private bool isDone;

    internal LineSplitter(ReadOnlySpan<char> text)
    {
        rest = text;
    }

    /// <summary>The current line without its end.</summary>
    internal ReadOnlySpan<char> Current { get; private set; }

    /// <summary>The number of the current line.</summary>
    internal int Number { get; private set; }

    internal bool MoveNext()
    {
        if (isDone)
        {
            return false;
        }

        var end = rest.IndexOf('\n');
        isDone = end < 0;
        var line = isDone ? rest : rest[..end];
        rest = isDone ? [] : rest[(end + 1)..];
        Current = !isDone && line.Length > 0 && line[^1] == '\r' ? line[..^1] : line;
        Number++;
        return true;
    }
}
