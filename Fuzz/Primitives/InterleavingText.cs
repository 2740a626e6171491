// An interleaving for people: one line per access, who made it, inside which operation, what it did to which word.

using System.Text;

namespace Managarm.Perf.Fuzz.Primitives;

/// <summary>Prints interleavings.</summary>
public static class InterleavingText
{
    /// <summary>The accesses of a violating interleaving and what is wrong with it.</summary>
    /// <param name="client">The client that was explored.</param>
    /// <param name="result">A result with a trace.</param>
    /// <param name="showsSources">Whether to number the lines, say in which of them a value was stored, and leave out plain
    /// accesses of words that a thread keeps to itself.</param>
    /// <returns>Lines of text.</returns>
    public static string Write(IPrimitiveClient client, ExplorationResult result, bool showsSources)
    {
        var text = new StringBuilder();
        var stores = new List<int> { 0 };
        int last = -1;
        int line = 0;
        foreach (TraceEntry entry in result.Trace)
        {
            bool isShown = !showsSources || !entry.Access.IsPlain || IsShared(entry.Access.Word, result.Trace);
            line += isShown ? 1 : 0;
            if (entry.Performed.HasWritten)
            {
                stores.Add(line);
            }

            if (!isShown)
            {
                continue;
            }

            string thread = entry.Thread == last ? "" : $"thread {entry.Thread}";
            string operation = entry.Operation == PrimitiveOperation.None ? "" : entry.Operation.ToString();
            string number = showsSources ? $"{line,4}" : "";
            string source = showsSources ? DescribeSource(entry, stores) : "";
            text.Append($"{number}  {thread,-9} {operation,-10} {Describe(client, entry)}{source}\n");
            last = entry.Thread;
        }

        return text.Append($"  => {Verdicts.NameOf(result.Verdict)}: {result.Detail}\n").ToString();
    }

    /// <summary>The name of a word.</summary>
    /// <param name="client">The client whose memory it is in.</param>
    /// <param name="word">Index of the word.</param>
    /// <returns>Its name.</returns>
    internal static string NameOf(IPrimitiveClient client, int word)
    {
        int offset = word * sizeof(long);
        return offset < InterleavingSearch.ReservedBytes
            ? $"the semaphore of thread {word}"
            : client.NameOf(offset - InterleavingSearch.ReservedBytes);
    }

    private static bool IsShared(int word, IReadOnlyList<TraceEntry> trace) =>
        trace.Where(entry => entry.Access.Word == word).Select(static entry => entry.Thread).Distinct().Count() > 1;

    private static string DescribeSource(in TraceEntry entry, List<int> stores)
    {
        PerformedAccess performed = entry.Performed;
        string newer = performed.NewerStores == 1 ? "a newer store" : $"{performed.NewerStores} newer stores";
        if (entry.Access.IsStore)
        {
            return performed.NewerStores == 0 ? "" : $", LATE: it comes before {newer}";
        }

        string source = performed.Source == 0 ? "from the start" : $"from line {stores[performed.Source]}";
        return performed.NewerStores == 0 ? $", {source}" : $", {source}, OLD: there is {newer}";
    }

    private static string Describe(IPrimitiveClient client, in TraceEntry entry)
    {
        MemoryAccess access = entry.Access;
        string word = NameOf(client, access.Word);
        string order = access.Lost switch
        {
            AccessWeakness.Ordering => ", without its ordering (planted)",
            AccessWeakness.Fence => ", without its fence (planted)",
            _ => "",
        };
        return access.Kind switch
        {
            AccessKind.Read => $"reads {word}: {entry.Performed.Value}",
            AccessKind.Write => $"writes {word} = {access.Operand}",
            AccessKind.ReadAcquire => $"loads {word}: {entry.Performed.Value} (acquire){order}",
            AccessKind.WriteRelease => $"stores {word} = {access.Operand} (release){order}",
            AccessKind.CompareExchange when entry.Performed.HasWritten =>
                $"exchanges {word}: {entry.Performed.Value} -> {access.Operand}{order}",
            AccessKind.CompareExchange =>
                $"does not exchange {word}: {entry.Performed.Value}, expected {access.Comparand}{order}",
            AccessKind.FetchAdd => $"adds {access.Operand} to {word}: {entry.Performed.Value} before{order}",
            AccessKind.FetchOr => $"sets bits {access.Operand} in {word}: {entry.Performed.Value} before{order}",
            AccessKind.FetchAnd => $"clears bits {~access.Operand} in {word}: {entry.Performed.Value} before{order}",
            AccessKind.Wake => $"wakes thread {access.Word}",
            _ => "sleeps and is woken",
        };
    }
}
