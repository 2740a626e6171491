// The reductions in the order in which they are tried. Expectations that say nothing come first, since all others would have to
// keep them true; then schedules, because a scenario that needs at most one deviation is searched exhaustively and fast; then
// what removes most at once.

namespace Managarm.Perf.Fuzz.Shrinking;

/// <summary>The order of the reductions.</summary>
internal static class ReductionCatalog
{
    /// <summary>All reductions; they hold no state.</summary>
    internal static IReadOnlyList<IReduction> All { get; } =
    [
        new ExpectationDeletion(),
        new FewerDeviations(),
        new DeviationDeletion(),
        new ActorOrder(),
        new CallChunkDeletion(),
        new CallDeletion(),
        new StrandDeletion(),
        new ResourceDeletion(),
        new CreatorDeletion(),
        new PartyMerge(),
        new SignalReplacement(),
        new ArgumentSimplification(),
        new DeviceSimplification(),
        new MachineSimplification(),
    ];
}
