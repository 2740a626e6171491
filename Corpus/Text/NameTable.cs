// Names of a scenario under parse with the place of their definition. Definitions are collected over the whole text
// before any call is read, because a call may name what a later line creates. A second definition of a name is not
// entered, which is how the parser recognises it when it comes to that line: the place differs.

using Managarm.Perf.Core.Calls;

namespace Managarm.Perf.Corpus.Text;

/// <summary>Names of the scenario under parse; at most one per strand and resource.</summary>
internal sealed class NameTable
{
    private readonly NameEntry[] entries = new NameEntry[Scenario.MaximumStrands + Scenario.MaximumResources];
    private int count;

    internal void Clear() => count = 0;

    /// <summary>Enters a name that is not there yet; there is always room for as many as a scenario can hold.</summary>
    internal void Add(NameEntry entry) => entries[count++] = entry;

    /// <summary>The names so far, in the order of their definition.</summary>
    internal ReadOnlySpan<NameEntry> Entries => entries.AsSpan(0, count);

    /// <summary>Finds a name.</summary>
    internal bool TryFind(ReadOnlySpan<char> text, out NameEntry entry)
    {
        entry = default;
        return ShortName.TryCreate(text, out var name) && TryFind(name, out entry);
    }

    private bool TryFind(ShortName name, out NameEntry entry)
    {
        foreach (ref readonly var candidate in Entries)
        {
            if (candidate.Name == name)
            {
                entry = candidate;
                return true;
            }
        }

        entry = default;
        return false;
    }
}

/// <summary>One defined name.</summary>
/// <param name="Name">The name.</param>
/// <param name="IsStrand">Whether it names a strand; otherwise a resource.</param>
/// <param name="Index">The index of the strand or resource.</param>
/// <param name="Line">The line of the definition, from 1.</param>
/// <param name="Column">The column of the definition, from 1.</param>
internal readonly record struct NameEntry(ShortName Name, bool IsStrand, int Index, int Line, int Column);
