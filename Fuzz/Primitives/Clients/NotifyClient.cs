// Two threads set bits, a third clears them. What the first bit announces is written in plain memory before it is set and read
// after it was cleared.

using Managarm.Perf.Core.Sync;
using Managarm.Perf.Fuzz.Primitives.Specifications;

namespace Managarm.Perf.Fuzz.Primitives.Clients;

/// <summary>Client of the notify word.</summary>
internal sealed unsafe class NotifyClient : IPrimitiveClient
{
    private const long Progress = 1;
    private const long Supply = 2;
    private const int NotifyWord = 0;
    private const int AnnouncedWord = 1;

    /// <inheritdoc/>
    public string Name => "notify";

    /// <inheritdoc/>
    public string Primitive => "NotifyWord";

    /// <inheritdoc/>
    public string Summary => "2 + 2 raises, 2 clears and a load";

    /// <inheritdoc/>
    public int Threads => 3;

    /// <inheritdoc/>
    public nuint Bytes => 2 * sizeof(long);

    /// <inheritdoc/>
    public ISpecification Specification { get; } = new BitsSpecification();

    /// <inheritdoc/>
    public ClientBody Prepare(byte* memory)
    {
        long* words = (long*)memory;
        return (thread, run) => Run(words, thread, run);
    }

    /// <inheritdoc/>
    public string NameOf(int offset) => offset == 0 ? "the notify word" : "what the progress bit announces";

    private static void Run(long* words, int thread, InterleavingSearch run)
    {
        switch (thread)
        {
            case 0:
                Clear(words, Progress, run);
                Load(words, run);
                Clear(words, Progress | Supply, run);
                break;
            case 1:
                Raise(words, Supply, run);
                ExploreSync.Write(ref words[AnnouncedWord], 1);
                Raise(words, Progress, run);
                break;
            default:
                Raise(words, Supply, run);
                Raise(words, Supply, run);
                break;
        }
    }

    private static void Raise(long* words, long bits, InterleavingSearch run)
    {
        run.Begin(PrimitiveOperation.SetBits, bits);
        run.End(NotifyWord<ExploreSync>.Raise(ref words[NotifyWord], bits) ? 1 : 0);
    }

    private static void Clear(long* words, long bits, InterleavingSearch run)
    {
        run.Begin(PrimitiveOperation.ClearBits, bits);
        long found = NotifyWord<ExploreSync>.Clear(ref words[NotifyWord], bits);
        run.End(found);
        ReadAnnounced(words, found, run);
    }

    private static void Load(long* words, InterleavingSearch run)
    {
        run.Begin(PrimitiveOperation.LoadBits);
        long found = NotifyWord<ExploreSync>.Load(ref words[NotifyWord]);
        run.End(found);
        ReadAnnounced(words, found, run);
    }

    private static void ReadAnnounced(long* words, long found, InterleavingSearch run)
    {
        if ((found & Progress) != 0)
        {
            run.Require(ExploreSync.Read(ref words[AnnouncedWord]) == 1, "a bit is seen and what it announces is not");
        }
    }
}
