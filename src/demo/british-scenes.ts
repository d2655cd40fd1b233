/** What happens between a British sales team and its customers. The texts of calls and meetings fit both before and after they took place. */
import type { Scenes } from './demo-words.js';

/** By phase and type of activity. */
export const britishScenes: Scenes = {
  prospecting: {
    CALL: [
      ['Introductory call', 'Who we are, size of the site, systems in place.'],
      ['First call to {name}', 'Find out who decides and when budgets are set.'],
    ],
    EMAIL: [
      ['Brochure sent', 'Brochure and two case studies from the same trade.'],
      ['Answer to a web enquiry', 'Asked for prices for about a dozen devices.'],
    ],
    MEETING: [['Discovery visit', 'Walk round the warehouse with the shift lead.']],
    TASK: [['Find the right person', 'Check who runs purchasing.']],
    NOTE: [['Background', 'Current devices are out of support next year.']],
    FOLLOW_UP: [
      ['Chase {name}', 'No news since the brochure.'],
      ['Try again after stocktake', 'Asked us to call back later.'],
    ],
  },
  qualifying: {
    CALL: [
      ['Requirements call with {name}', 'Number of users, shifts, start date.'],
      ['Call: {offer}', 'Budget mentioned, decision at the next board meeting.'],
    ],
    EMAIL: [
      ['Questions before the demonstration', 'List of points to confirm.'],
      ['Technical documents: {offer}', 'Requirements and installation plan.'],
    ],
    MEETING: [
      ['Demonstration: {offer}', 'Demonstration with the customer’s own labels.'],
      ['Workshop on site', 'From goods-in to dispatch, step by step.'],
    ],
    TASK: [
      ['Prepare the demonstration', 'Load the sample data.'],
      ['Get the exact number of devices', 'Ask {name}.'],
    ],
    NOTE: [['Internal summary', 'Serious project, two competitors in.']],
    FOLLOW_UP: [['Confirm the demonstration date', 'Two slots offered to {name}.']],
  },
  negotiating: {
    CALL: [
      ['Walk through the quote', 'Line by line with {name}.'],
      ['Negotiation: {offer}', 'Asked for a discount and staged payments.'],
    ],
    EMAIL: [
      ['Quote sent: {offer}', 'Valid for thirty days.'],
      ['Revised quote', 'Volume discount and new dates.'],
    ],
    MEETING: [['Presentation to the board', 'Offer, references, questions.']],
    TASK: [
      ['Prepare the quote: {offer}', 'Two versions, with and without training.'],
      ['Get the discount approved', 'Needs sign-off above 8%.'],
    ],
    NOTE: [['Where they stand', 'Like our solution, want movement on support.']],
    FOLLOW_UP: [
      ['Chase the quote', 'Sent, no answer so far.'],
      ['Remind before the quote expires', 'Validity is about to end.'],
    ],
  },
  delivering: {
    CALL: [['Kick-off call', 'Dates confirmed with {name}.']],
    EMAIL: [['Purchase order received', 'Acknowledged, next steps listed.']],
    MEETING: [['Kick-off meeting', 'Teams, roles and calendar.']],
    TASK: [['Hand over to the installation team', 'Signed quote, contacts, access times.']],
    NOTE: [['Handover', 'Complete file given to the project manager.']],
    FOLLOW_UP: [['Check the installation', 'Call {name} one week after go-live.']],
  },
  caring: {
    CALL: [
      ['Monthly catch-up', 'Usage, open questions, satisfaction.'],
      ['Call with {name}', 'Question about the last invoice.'],
    ],
    EMAIL: [
      ['News of the autumn release', 'Changes that matter to this customer.'],
      ['Copy of an invoice', 'Requested by {name}.'],
    ],
    MEETING: [['Annual account review', 'The year in figures, plans for the next.']],
    TASK: [
      ['Prepare the account review', 'Orders, tickets, days to pay.'],
      ['Update the delivery address', 'New unit from next month.'],
    ],
    NOTE: [['Feedback', 'Happy with support, wants one person to call.']],
    FOLLOW_UP: [
      ['Payment reminder', 'A friendly letter, then a call to {name}.'],
      ['Offer the renewal', 'Contract ends in spring.'],
    ],
  },
};
