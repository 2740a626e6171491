// `store list`: what is in the store as a table, or as one document in which every record says where it comes from. Nothing is
// made and nothing changes.

using Managarm.Perf.Results.Commands;
using Managarm.Perf.Results.Store;

namespace Managarm.Perf.Fuzz.Commands.Store;

/// <summary>Lists what is in the store.</summary>
/// <param name="context">Where the command runs.</param>
internal sealed class StoreListMode(CommandContext context)
{
    /// <summary>Lists.</summary>
    /// <param name="list">What is asked for.</param>
    /// <param name="storePath">The store.</param>
    /// <param name="asJson">Whether one document is asked for.</param>
    /// <returns>Exit code.</returns>
    internal int Run(StoreList list, string storePath, bool asJson)
    {
        using ResultsStore store = ResultsStore.Open(storePath, OpenMode.Read);
        (asJson ? list.WriteJson : list.Print)(store, context.Output);
        return CommandExit.Clean;
    }
}
