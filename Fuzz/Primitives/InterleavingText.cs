// An interleaving for people: one line per access, who made it, inside which operation, what it did to which word.

using System.Text;

namespace Managarm.Perf.Fuzz;

/// <summary>Prints interleavings.</summary>
public static class InterleavingText
{
    /// <summary>The accesses of a violating interleaving and what is wrong with it.</summary>
    /// <param name="client">The client that was explored.</param>
    /// <param name="result">A result with a trace.</param>
    /// <returns>Lines of text.</returns>
    public static string Write(IPrimitiveClient client, ExplorationResult result)
    {
        var text = new StringBuilder();
        int last = -1;
        foreach (TraceEntry entry in result.Trace)
        {
            string thread = entry.Thread == last ? "" : $"thread {entry.Thread}";
            string operation = entry.Operation == PrimitiveOperation.None ? "" : entry.Operation.ToString();
            text.Append($"  {thread,-9} {operation,-10} {Describe(client, entry)}\n");
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
        return offset < Exploration.ReservedBytes
            ? $"the semaphore of thread {word}"
            : client.NameOf(offset - Exploration.ReservedBytes);
    }

    private static string Describe(IPrimitiveClient client, in TraceEntry entry)
    {
        MemoryAccess access = entry.Access;
        string word = NameOf(client, access.Word);
        string order = access.IsRelaxed ? ", without its ordering (planted)" : "";
        return access.Kind switch
        {
            AccessKind.Read => $"reads {word}: {entry.Value}",
            AccessKind.Write => $"writes {word} = {access.Operand}",
            AccessKind.ReadAcquire => $"loads {word}: {entry.Value} (acquire){order}",
            AccessKind.WriteRelease => $"stores {word} = {access.Operand} (release){order}",
            AccessKind.CompareExchange when entry.HasWritten =>
                $"exchanges {word}: {entry.Value} -> {access.Operand}{order}",
            AccessKind.CompareExchange => $"does not exchange {word}: {entry.Value}, expected {access.Comparand}{order}",
            AccessKind.FetchAdd => $"adds {access.Operand} to {word}: {entry.Value} before{order}",
            AccessKind.FetchOr => $"sets bits {access.Operand} in {word}: {entry.Value} before{order}",
            AccessKind.FetchAnd => $"clears bits {~access.Operand} in {word}: {entry.Value} before{order}",
            AccessKind.Wake => $"wakes thread {access.Word}",
            _ => "sleeps and is woken",
        };
    }
}
