// What a violation can go back to. The names of the members in small letters are what the store holds, so they never change.

namespace Managarm.Perf.Results.Store;

/// <summary>What a cause is.</summary>
public enum CauseKind
{
    /// <summary>A race of a protocol that is in the bank.</summary>
    Window,

    /// <summary>Something that a protocol does not promise.</summary>
    Limit,

    /// <summary>Something that was planted.</summary>
    Defect,

    /// <summary>Nothing that is known.</summary>
    Unattributed,
}
