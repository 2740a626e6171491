// The owner of an inbox sleeps until it has all messages, and the alert if there is one. Its loop is the whole protocol: look,
// and if there is nothing, ask whether it may sleep.

using Managarm.Perf.Core.Rings;
using Managarm.Perf.Fuzz.Primitives.Specifications;

namespace Managarm.Perf.Fuzz.Primitives.Clients;

/// <summary>Client of the inbox.</summary>
/// <param name="name">Name on the command line.</param>
/// <param name="first">Messages of the first producer.</param>
/// <param name="second">Messages of the second producer.</param>
/// <param name="isAlerted">Whether the last thread alerts instead of sending.</param>
internal sealed unsafe class InboxClient(string name, int first, int second, bool isAlerted) : IPrimitiveClient
{
    private const int Capacity = 2;
    private const int Owner = 0;

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public string Primitive => "Inbox";

    /// <inheritdoc/>
    public string Summary => isAlerted
        ? $"{first} sends, an alert, an owner that sleeps"
        : second == 0 ? $"{first} sends, an owner that sleeps" : $"{first} + {second} sends, an owner that sleeps";

    /// <inheritdoc/>
    public int Threads => second == 0 && !isAlerted ? 2 : 3;

    /// <inheritdoc/>
    public nuint Bytes => Inbox<ExploreSync>.BytesFor(Capacity);

    /// <inheritdoc/>
    public ISpecification Specification { get; } = new BagSpecification();

    /// <inheritdoc/>
    public ClientBody Prepare(byte* memory)
    {
        var inbox = new Inbox<ExploreSync>(memory, Capacity);
        return (thread, run) => Run(inbox, thread, run);
    }

    /// <inheritdoc/>
    public string NameOf(int offset) => offset switch
    {
        0 => "the notify word",
        sizeof(long) => "the park word",
        _ => RingLayout.NameOf(offset - 128),
    };

    private void Run(Inbox<ExploreSync> inbox, int thread, InterleavingSearch run)
    {
        if (thread == Owner)
        {
            ReceiveAll(inbox, run);
        }
        else if (thread == 2 && isAlerted)
        {
            Tell(inbox.Alert(), run);
        }
        else
        {
            for (int number = 1; number <= (thread == 1 ? first : second); number++)
            {
                Send(inbox, (10 * thread) + number, run);
            }
        }
    }

    private static void Tell(bool wakes, InterleavingSearch run)
    {
        if (wakes)
        {
            run.Wake(Owner);
        }
    }

    private void ReceiveAll(Inbox<ExploreSync> inbox, InterleavingSearch run)
    {
        int missing = first + second;
        bool needsAlert = isAlerted;
        while (missing > 0 || needsAlert)
        {
            if (needsAlert && inbox.TakeAlert())
            {
                needsAlert = false;
            }
            else if (inbox.TryPeek(out RingSlot* slot))
            {
                run.Begin(PrimitiveOperation.Receive);
                long message = ExploreSync.Read(ref slot->As<long>());
                inbox.Release();
                run.End(message);
                missing--;
            }
            else if (inbox.TrySleep())
            {
                run.Sleep();
            }
        }
    }

    private static void Send(Inbox<ExploreSync> inbox, long message, InterleavingSearch run)
    {
        run.Begin(PrimitiveOperation.Send, message);
        bool hasRoom = inbox.TryClaim(out RingSlot* slot, out long ticket);
        bool wakes = false;
        if (hasRoom)
        {
            ExploreSync.Write(ref slot->As<long>(), message);
            inbox.Publish(ticket, out wakes);
        }

        run.End(hasRoom ? 1 : 0);
        Tell(wakes, run);
    }
}
